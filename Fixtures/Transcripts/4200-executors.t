Where stages run: on this machine or on a cluster.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mlrepo stage add -q -n train -o model 'echo model > model'
  $ mlrepo repro --executor slrum
  error: cannot run stages with 'slrum'
  why: there is no such executor; did you mean 'slurm'?
  hint: there are: local, slurm
  [64]

  $ mlrepo config repro.executor slurm && mlrepo repro --dry-run
  train: runs
    never run

A cluster is known by sbatch; its reason for not taking a job is told, and nothing is lost.

  $ mkdir ../bin && cat > ../bin/sbatch <<'END'
  > #!/bin/sh
  > printf '%s\n' "$@" > ../../../../../../options
  > echo 'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified' >&2
  > exit 1
  > END
  $ chmod +x ../bin/sbatch && PATH=$PWD/../bin:$PATH
  $ mlrepo config --local executor.slurm.account vision
  $ mlrepo config --user executor.slurm.options -- '--constraint=fast --nice'
  $ mlrepo repro -q
  error: cannot run 'train' through Slurm
  why: it was rejected: Batch job submission failed: Invalid account or account/partition combination specified
  hint: correct 'resources' of the stage, or the settings executor.slurm.*
  [2]

  $ cat ../options
  --parsable
  --export=ALL
  --no-requeue
  --output=/dev/null
  --job-name=train
  --nodes=1
  --ntasks=1
  --cpus-per-task=1
  --account=vision
  --constraint=fast
  --nice
  job

  $ ls -A .mlrepo/logs/slurm

What jobs cost is not for a repository to say.

  $ mlrepo config executor.slurm.account theirs
  error: cannot set executor.slurm.account for everybody
  why: executor.slurm.account is about what is outside the repository, so it counts only in config.local and in the user's own file
  hint: mlrepo config --local executor.slurm.account …
  [64]

  $ mlrepo config --local executor.slurm.options 'job.sh'
  error: cannot set executor.slurm.options to 'job.sh'
  why: each word must be an option with its value, as in '--constraint=fast --nice'
  [64]

  $ mlrepo repro -q --executor local && cat model
  model

