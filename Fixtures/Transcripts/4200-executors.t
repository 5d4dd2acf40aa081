Where stages run: on this machine or on a cluster.

  $ git init -q shop && cd shop && mlrepo init -q && git commit -q -m init
  $ mlrepo stage add -q -n train -o model 'echo model > model'
  $ mlrepo repro --executor slrum

  $ mlrepo config repro.executor slurm && mlrepo repro --dry-run

A cluster is known by sbatch; its reason for not taking a job is told, and nothing is lost.

  $ mkdir ../bin && cat > ../bin/sbatch <<'END'
  > #!/bin/sh
  > printf '%s\n' "$@" > options
  > cp options ../../../../../options
  > echo 'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified' >&2
  > exit 1
  > END
  $ chmod +x ../bin/sbatch && PATH=$PWD/../bin:$PATH
  $ mlrepo config --local executor.slurm.account vision
  $ mlrepo config --user executor.slurm.options '--constraint=fast --nice'
  $ mlrepo repro -q

  $ cat ../options

  $ ls -A .mlrepo/logs/slurm

What jobs cost is not for a repository to say.

  $ mlrepo config executor.slurm.account theirs

  $ mlrepo config --local executor.slurm.options 'job.sh'

  $ mlrepo repro -q --executor local && cat model

