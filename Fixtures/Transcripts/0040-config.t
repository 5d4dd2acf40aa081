  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mlrepo config --list | tail -n 2
  executor.slurm.options =  (default)
      further options of sbatch, with spaces between them

The last of user, shared and local wins.

  $ mlrepo config --user gc.gracePeriod 30 && mlrepo config gc.gracePeriod
  30
  $ mlrepo config gc.gracePeriod 20 && mlrepo config gc.graceperiod
  20
  $ mlrepo config --local gc.gracePeriod 10 && mlrepo config gc.gracePeriod --json
  {
    "value": "10",
    "from": "local"
  }
  $ git status --short
   M .mlrepo/config
  $ cat $HOME/.config/mlrepo/config .mlrepo/config .mlrepo/config.local; stat -c %a .mlrepo/config.local
  [gc]
  	gracePeriod = 30
  # Settings shared by everybody who clones this repository; see 'mlrepo help config'.
  [gc]
  	gracePeriod = 20
  [gc]
  	gracePeriod = 10
  600
  $ mlrepo config --unset --local gc.gracePeriod; mlrepo config gc.gracePeriod
  20
  $ mlrepo config --unset gc.gracePeriod; mlrepo config --unset --user gc.gracePeriod; mlrepo config gc.gracePeriod
  14
  $ mlrepo config --list --json | python3 -m json.tool | head -n 5
  {
      "core.jobs": {
          "value": "0",
          "from": "default"
      },

What cannot be is refused where it is set.

  $ mlrepo config gc.gracePeriods 3
  error: cannot find the setting 'gc.gracePeriods'
  why: there is no such setting; did you mean 'gc.gracePeriod'?
  hint: mlrepo config --list
  [64]
  $ mlrepo config gc.gracePeriod soon
  error: cannot set gc.gracePeriod to 'soon'
  why: it must be a whole number from 0 to 36500
  [64]
  $ mlrepo config core.autostage maybe
  error: cannot set core.autostage to 'maybe'
  why: it must be true or false
  [64]
  $ mlrepo config | tail -n 2
  executor.slurm.options =  (default)
      further options of sbatch, with spaces between them
  $ mlrepo config --local --user gc.gracePeriod 1
  error: cannot understand the arguments of 'mlrepo config'
  why: choose one of --local and --user
  usage: mlrepo config [<name>] [<value>] [--list] [--unset] [--local] [--user] [--json]
  hint: mlrepo config --help
  [64]
  $ mlrepo config --unset
  error: cannot understand the arguments of 'mlrepo config'
  why: --unset needs a setting
  usage: mlrepo config [<name>] [<value>] [--list] [--unset] [--local] [--user] [--json]
  hint: mlrepo config --help
  [64]
  $ mlrepo config --unset gc.gracePeriod 3
  error: cannot understand the arguments of 'mlrepo config'
  why: --unset takes no value
  usage: mlrepo config [<name>] [<value>] [--list] [--unset] [--local] [--user] [--json]
  hint: mlrepo config --help
  [64]

And where it stands already.

  $ printf '[core]\n\tjob = 3\n' >> .mlrepo/config
  $ mlrepo config core.jobs
  error: cannot use the configuration file $SANDBOX/shop/.mlrepo/config
  why: core.job: there is no such setting; did you mean 'core.jobs'?
  hint: git config --file '$SANDBOX/shop/.mlrepo/config' --unset-all core.job
  [10]
  $ echo 1 > a.csv; mlrepo add a.csv
  error: cannot use the configuration file $SANDBOX/shop/.mlrepo/config
  why: core.job: there is no such setting; did you mean 'core.jobs'?
  hint: git config --file '$SANDBOX/shop/.mlrepo/config' --unset-all core.job
  [10]
  $ git config --file .mlrepo/config --unset core.job
  $ mlrepo add a.csv
  added     a.csv  2 B
  stored 1 new object, 2 B
  $ printf '[core]\n\tjobs = many\n' >> .mlrepo/config
  $ mlrepo add a.csv
  error: cannot use the configuration file $SANDBOX/shop/.mlrepo/config
  why: core.jobs is 'many': it must be a whole number from 0 to 256
  hint: git config --file '$SANDBOX/shop/.mlrepo/config' --unset-all core.jobs
  [10]
  $ printf '[core\n' > .mlrepo/config
  $ mlrepo config core.jobs
  error: cannot read the configuration file '$SANDBOX/shop/.mlrepo/config'
  why: failed to parse config file: missing ']' in section header (in $SANDBOX/shop/.mlrepo/config:1)
  hint: correct that line
  [10]

Without autostage git's index is left alone.

  $ git checkout -q .mlrepo/config && mlrepo config core.autostage false
  $ echo 1 > b.csv; mlrepo add b.csv; git status --short
  added     b.csv  2 B
  AM .gitignore
   M .mlrepo/config
  A  a.csv.mlr
  ?? b.csv.mlr
