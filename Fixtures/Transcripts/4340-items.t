A 'map' over a folder takes what lies in it, files and whole folders; one over a pattern takes files.

  $ git init -q p && cd p && mlrepo init -q && mkdir -p in/album && echo 1 > in/a && echo 2 > in/album/b && echo 3 > in/album/c
  $ mlrepo add -q in/a && cat in/.gitignore && ls in
  /a
  a
  a.mlr
  album
  $ cat > mlrepo.yaml <<'END'
  > stages:
  >   each: {cmd: 'echo "$MLREPO_ITEM" >> ../each; mkdir -p one', map: {over: in}, outs: [one]}
  >   every: {cmd: 'echo "$MLREPO_ITEM" >> ../every; mkdir -p two', map: {over: 'in/**'}, outs: [two]}
  > END
  $ mlrepo repro -q && sort ../each && echo -- && sort ../every
  in/a
  in/album
  --
  in/a
  in/album/b
  in/album/c
  $ rm ../each ../every; echo 4 > in/album/c; mlrepo repro -q && cat ../each ../every
  in/album
  in/album/c

Stages that need graphics processors get different ones while they run side by side.

  $ cat > mlrepo.yaml <<'END'
  > stages:
  >   first: {cmd: 'echo $CUDA_VISIBLE_DEVICES > ../first; while [ ! -e ../second ]; do sleep 0.01; done', resources: {gpus: 1}}
  >   second: {cmd: 'echo $CUDA_VISIBLE_DEVICES > ../two; mv ../two ../second', resources: {gpus: 2}}
  >   neither: {cmd: 'echo $CUDA_VISIBLE_DEVICES > ../neither'}
  >   many: {cmd: 'echo $CUDA_VISIBLE_DEVICES > ../gpu-$(basename $MLREPO_ITEM)', map: {over: in}, resources: {gpus: 3}, after: [first, second]}
  > END
  $ CUDA_VISIBLE_DEVICES=4,5,6 mlrepo repro -q -j 4; cat ../first ../second ../neither; head ../gpu-*
  4
  5,6
  4,5,6
  ==> ../gpu-a <==
  4,5,6
  
  ==> ../gpu-album <==
  4,5,6
