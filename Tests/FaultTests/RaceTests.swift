import Diagnostics
import TestSupport
import Testing

/// Runs two commands at once, `rounds` times, each time after `prepare`, and returns the output of `check`.
private func race(
  _ first: String, _ second: String, prepare: String, rounds: Int = isFull ? 50 : 3, check: String
) throws {
  let sandbox = try makeSandbox()
  try sandbox.shell(
    """
    git init -q --template= .
    mlrepo init -q
    git commit -qm init
    text() { yes "line of $1" | head -c "$2" || true; }
    mkdir a b
    for i in 1 2 3 4 5 6 7 8; do text "a $i" 100 > a/$i; text "b $i" 200 > b/$i; done
    text large 300000 > a/large

    """)
  for round in 1...rounds {
    let text = try sandbox.shell(
      """
      round=\(round)
      text() { yes "line of $1" | head -c "$2" || true; }
      \(prepare)
      { \(first); } > ../first 2>&1 & child=$!
      { \(second); } > ../second 2>&1 && other=0 || other=$?
      wait $child && one=0 || one=$?
      for status in $one $other; do [ $status = 0 ] || [ $status = 11 ] || { echo "status $status"; }; done
      [ $one = 0 ] || cat ../first
      [ $other = 0 ] || cat ../second
      mlrepo fsck > ../fsck || cat ../fsck
      \(check)
      """)
    #expect(text == "", "round \(round) of '\(first)' and '\(second)'")
  }
}

@Suite("Commands at the same time")
struct RaceTests {
  @Test("two adds in one folder both hold")
  func adds() throws {
    try race(
      "mlrepo add a", "mlrepo add b",
      prepare: """
        rm -rf .mlrepo/objects .mlrepo/index .mlrepo/ops a.mlr b.mlr .gitignore
        git rm -rq --cached --ignore-unmatch a.mlr b.mlr .gitignore
        """,
      check: """
        [ "$(cat .gitignore)" = $'/a\\n/b' ] || cat .gitignore
        [ "$(git ls-files | tr '\\n' ' ')" = ".gitignore .mlrepo/.gitignore .mlrepo/config a.mlr b.mlr " ] || git ls-files
        mlrepo status | grep -v '^ *added' | grep -E 'modified|deleted|not in store' || true
        """)
  }

  @Test("gc takes nothing that an add at the same time finds in the store")
  func addAndCollect() throws {
    try race(
      "mlrepo add b", "mlrepo gc --yes",
      prepare: """
        mlrepo add -q a b
        mlrepo remove -q b
        rm -rf .mlrepo/ops
        find .mlrepo/objects -type f -exec touch -d '30 days ago' {} +
        """,
      check: """
        mv b kept
        mlrepo checkout > ../out 2>&1 || cat ../out
        diff -r kept b
        rm -r kept
        """)
  }

  @Test("without a grace period, gc takes nothing that an add at the same time stores, finds or refers to")
  func addAndCollectAtOnce() throws {
    let seed = UInt64(Sandbox.variable("SEED") ?? "") ?? .random(in: .min ... .max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<(isFull ? 60 : 3) {
      // New and known content; few small objects, which become files, and many, which become packs.
      let (files, old, delay) = (
        Int.random(in: 1...12, using: &random), Int.random(in: 0...12, using: &random),
        Int.random(in: 0...60, using: &random)
      )
      print("seed \(seed): \(files) files, \(old) of them known, gc after \(delay) ms")
      try race(
        "mlrepo add b", "sleep \(Double(delay) / 1000); for i in 1 2 3; do mlrepo gc --yes; done",
        prepare: """
          mlrepo config --local gc.gracePeriod 0
          rm -rf b
          mkdir b
          for i in $(seq \(files)); do text "round $round $i" $((i * 70)) > b/$i; done
          text "round $round" 300001 > b/large
          mlrepo add -q b
          mlrepo remove -q b
          rm -rf .mlrepo/ops
          for i in $(seq $((\(old) + 1)) \(files)); do text "new $round $i" $((i * 70)) > b/$i; done
          """, rounds: isFull ? 5 : 2,
        check: """
          [ $one = 0 ] || echo "the add failed"
          rm -rf .mlrepo/index
          mv b kept
          mlrepo checkout > ../out 2>&1 || cat ../out
          diff -r kept b || true
          rm -r kept
          """)
    }
  }

  @Test("two checkouts lead to the same workspace")
  func checkouts() throws {
    try race(
      "mlrepo checkout", "mlrepo checkout",
      prepare: """
        mlrepo add -q a b
        mkdir ../same && cp -a a b ../same
        rm -r a/1 b
        """,
      check: """
        mlrepo checkout -q
        diff -r a ../same/a
        diff -r b ../same/b
        rm -r ../same
        """)
  }

  @Test("status looks on while stages run")
  func reproAndStatus() throws {
    try race(
      "mlrepo repro", "mlrepo status && mlrepo status",
      prepare: """
        [ -e mlrepo.yaml ] || mlrepo stage add -q -n count -d in.txt -o out.txt -- 'wc -c < in.txt > out.txt'
        text $round $((round * 10)) > in.txt
        """,
      check: "[ $(cat out.txt) = $((round * 10)) ] && mlrepo repro | grep -q 'up to date' || mlrepo status")
  }

  @Test(
    "what a gc takes between the plan of a command and its turn is not counted on",
    arguments: [
      ("checkout", "why: the store does not have what would be overwritten:"),
      ("remove --data f", "why: a gc took objects away meanwhile"), ("undo", "why: a gc took objects away meanwhile"),
    ])
  func plannedBeforeCollection(command: String, told: String) throws {
    let sandbox = try makeSandbox()
    // The store has what the workspace holds, and nothing else refers to it. While somebody else has the lock it goes.
    let text = try sandbox.shell(
      """
      git init -q --template= .
      mlrepo init -q
      text() { yes "line of $1" | head -c 300000 || true; }
      text first > f
      cp f ../mine
      mlrepo add -q f
      rm -r .mlrepo/ops
      text second > f
      mlrepo add -q f
      cp ../mine f
      id=$(sha256sum < f)
      exec 7<> .mlrepo/lock
      flock 7
      mlrepo \(command) > ../out 2>&1 & child=$!
      until grep -q waiting ../out; do sleep 0.01; done
      rm -f .mlrepo/objects/loose/${id:0:2}/${id:2:62}
      mkdir .mlrepo/trash
      echo 1 > .mlrepo/trash/last
      flock -u 7
      wait $child && echo done || true
      cmp f ../mine
      grep why ../out
      """)
    #expect(text == told + "\n")
  }

  @Test("a file that changes while it is added is stored as it was at one moment, or refused")
  func changing() throws {
    let sandbox = try makeSandbox()
    // Every state of the file is one letter over and over.
    let text = try sandbox.shell(
      """
      git init -q --template= .
      mlrepo init -q
      state() { head -c 3000000 /dev/zero | tr '\\0' "$1"; }
      state a > file
      { for i in $(seq 200); do for c in a b; do state $c | dd of=file conv=notrunc bs=1M status=none; done; done; } &
      writer=$!
      refused=0
      for i in 1 2 3 4 5; do
        if mlrepo add -q file 2> out; then
          id=$(sed -n 's/ *id: //p' file.mlr)
          size=$(sed -n 's/ *size: //p' file.mlr)
          [ "$(mlrepo cat $id | wc -c)" = "$size" ]
        else
          grep -q 'it keeps changing while it is read' out || cat out
        fi
      done
      kill $writer; wait $writer 2> /dev/null || true
      mlrepo fsck > /dev/null
      mlrepo add -q file
      mlrepo cat $(sed -n 's/ *id: //p' file.mlr) | cmp - file
      """)
    #expect(text == "")
  }
}
