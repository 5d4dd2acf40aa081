What people write once and use often in dvc.yaml, they can in mlrepo.yaml and in params.

  $ git init -q p && cd p && mlrepo init -q && echo 1 > data && cat > params.yaml <<'END'
  > base: &base {depth: 3, rate: 0.1}
  > small: {<<: *base, depth: 1}
  > END
  $ cat > mlrepo.yaml <<'END'
  > stages:
  >   fit: &fit
  >     cmd: cp data small.bin
  >     deps: &inputs
  >       - data
  >     params: [small]
  >     outs: [small.bin]
  >   wide:
  >     <<: *fit          # the same data and params
  >     cmd: cp data wide.bin
  >     outs: [wide.bin]
  >   check: {cmd: cat data, deps: *inputs}
  > END
  $ mlrepo repro -q && mlrepo stage show wide | head -6; grep -A4 'small:' mlrepo.lock | head -3
  wide  (mlrepo.yaml:8)
    command     cp data wide.bin
    reads       data
    params      params.yaml:small = {depth: 1, rate: 0.1}
    makes       wide.bin  (kept in the store)
    state       up to date
          small:
            depth: 1
            rate: 0.1
  $ sed -i 's/0.1/0.2/' params.yaml && mlrepo repro --dry-run
  fit: runs
    params changed small.rate 0.1 → 0.2 (params.yaml)
  wide: runs
    params changed small.rate 0.1 → 0.2 (params.yaml)
  check: up to date

A stage is changed where that touches no other; what is shared is left to its owner.

  $ mlrepo stage edit wide --cmd 'cp data wide.bin; true' --desc 'a wide one' && mlrepo stage edit wide --add-dep params.yaml
  changed the stage 'wide' in mlrepo.yaml
  error: cannot change stages.wide.deps.1 in mlrepo.yaml
  why: it is shared with other values by an anchor (&name) and aliases (*name)
  hint: edit mlrepo.yaml by hand
  [2]
  $ mlrepo stage edit check --add-dep params.yaml && tail -13 mlrepo.yaml
  error: cannot change stages.check.deps.1 in mlrepo.yaml
  why: it is shared with other values by an anchor (&name) and aliases (*name)
  hint: edit mlrepo.yaml by hand
  [2]
  $ mlrepo stage edit fit --cmd 'cp data other'
  changed the stage 'fit' in mlrepo.yaml
  $ mlrepo stage edit fit --rename fitted && mlrepo stage remove fitted
  changed the stage 'fitted' in mlrepo.yaml
  error: cannot change stages.fitted in mlrepo.yaml
  why: it is shared with other values by an anchor (&name) and aliases (*name)
  hint: edit mlrepo.yaml by hand
  [2]
  $ mlrepo stage remove wide && mlrepo stage list
  removed the stage 'wide'
  what it made stays, and git sees it now: wide.bin
  fitted  makes small.bin
  check   cat data
