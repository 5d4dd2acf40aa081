/// A command together with a repository to run it in.
struct Scenario: Sendable, CustomStringConvertible {
  var description: String
  /// A shell script that makes the repository.
  var prepare: String
  var command: [String]
  /// What the command says when it is run again after it was done; nil when it succeeds then.
  var saysWhenDone: String?
  /// Whether an error leaves everything as it was, or finished. A checkout may leave some files in the new state.
  var isAtomic = true
  /// Files that are written several times on the way, or by a stage's command, which may be killed in the middle.
  var inSteps: Set<String> = []

  private static let start = """
    git init -q --template= .
    mlrepo init -q
    git commit -qm init
    text() { yes "line of $1" | head -c "$2" || true; }

    """

  /// A folder of small files with all that may stand in one, a small and a large file.
  private static let data = """
    mkdir -p d/sub d/empty
    for i in 1 2 3 4 5; do text "$i" 20 > "d/$i"; done
    text six 30 > d/sub/6
    chmod +x d/5
    ln -s sub/6 d/link
    text small 40 > a.csv
    text large 300000 > big.bin

    """

  private static let committed =
    start + data + """
      mlrepo add -q d a.csv big.bin
      git commit -qm one

      """

  /// Everything that can happen to a folder: changed, gone, new, a file where a folder was and the other way round.
  private static let changed = """
    text new 25 > d/1
    rm -r d/2 d/3 d/sub
    mkdir d/3
    text inner 35 > d/3/inner
    text sub 45 > d/sub
    text added 55 > d/added
    chmod -x d/5
    text other 300001 > big.bin

    """

  /// A remote that is copied with the repository, and in which nobody looks for files of the workspace.
  private static let shared =
    committed + """
      mkdir .git/share && ln -s .git/share share
      mlrepo remote add -q origin share
      git add . && git commit -qm remote

      """

  static let all: [Scenario] = [
    Scenario(description: "init", prepare: "git init -q --template= .", command: ["mlrepo", "init"]),
    Scenario(description: "add a file", prepare: start + data, command: ["mlrepo", "add", "a.csv"]),
    Scenario(description: "add a folder", prepare: start + data, command: ["mlrepo", "add", "d"]),
    Scenario(description: "add a large file", prepare: start + data, command: ["mlrepo", "add", "big.bin"]),
    Scenario(
      description: "add many files", prepare: start + "for i in 1 2 3 4 5 6 7 8 9; do text \"$i\" 30 > $i; done",
      command: ["mlrepo", "add"] + (1...9).map(String.init)),
    Scenario(description: "add a changed folder", prepare: committed + changed, command: ["mlrepo", "add", "d"]),
    Scenario(description: "commit", prepare: committed + changed, command: ["mlrepo", "commit"]),
    Scenario(
      description: "checkout what is gone", prepare: committed + "rm -r d a.csv big.bin",
      command: ["mlrepo", "checkout"], isAtomic: false),
    Scenario(
      description: "checkout another commit",
      prepare: committed + changed + """
        mlrepo commit -q
        mlrepo remove -q --data a.csv
        git commit -qam two
        git checkout -q HEAD~1
        """, command: ["mlrepo", "checkout"], isAtomic: false),
    Scenario(
      description: "checkout what is tracked no more",
      prepare: committed + """
        git checkout -q HEAD~1
        """, command: ["mlrepo", "checkout"], isAtomic: false),
    Scenario(
      description: "checkout over unsaved edits", prepare: committed + changed,
      command: ["mlrepo", "checkout", "--force"], isAtomic: false),
    Scenario(
      description: "checkout over many edits",
      prepare: start + """
        mkdir many && for i in $(seq 70); do text "$i" 30 > many/$i; done
        mlrepo add -q many
        for i in $(seq 70); do text "new $i" 35 > many/$i; done
        """, command: ["mlrepo", "checkout", "--force"], isAtomic: false),
    Scenario(
      description: "fsck with repair",
      prepare: committed + """
        for index in .mlrepo/objects/packs/*.idx; do chmod u+w $index; truncate -s -10 $index; done
        """, command: ["mlrepo", "fsck", "--repair"]),
    Scenario(
      description: "remove with data", prepare: committed + changed,
      command: ["mlrepo", "remove", "--data", "d", "big.bin"], saysWhenDone: "it is not tracked here"),
    Scenario(
      description: "move",
      prepare: committed + """
        mlrepo stage add -q -n count -d d -o n.txt -- 'ls d > n.txt'
        git add . && git commit -qm two
        """, command: ["mlrepo", "move", "d", "deep/e"], saysWhenDone: "it is not tracked here"),
    Scenario(
      description: "repro",
      prepare: committed + """
        mlrepo stage add -q -n upper -d in.txt -o upper.txt -- 'tr a-z A-Z < in.txt > upper.txt'
        mlrepo stage add -q -n parts -d upper.txt -o parts -- 'mkdir parts; split -n 6 upper.txt parts/'
        text first 60 > in.txt
        mlrepo repro -q
        git add . && git commit -qm two
        text second 70 > in.txt
        """, command: ["mlrepo", "repro"], isAtomic: false,
      inSteps: Set(["mlrepo.lock", "upper.txt"] + "abcdef".map { "parts/a\($0)" })),
    Scenario(
      description: "gc",
      prepare: committed + """
        mlrepo config gc.gracePeriod 0
        for i in 1 2; do
          for j in 1 2 3 4 5 6; do text "$i $j" 50 > "d/more$j"; done
          text "large $i" 300002 > big.bin
          mlrepo commit -q
        done
        rm -r .mlrepo/ops
        """, command: ["mlrepo", "gc", "--yes"]),
    Scenario(description: "push", prepare: shared, command: ["mlrepo", "push", "-j", "1"]),
    Scenario(
      description: "pull",
      prepare: shared + """
        mlrepo push -q
        rm -r .mlrepo/objects d a.csv big.bin
        """, command: ["mlrepo", "pull", "-j", "1"], isAtomic: false),
    Scenario(
      description: "undo",
      prepare: committed + """
        rm -r .mlrepo/ops
        mlrepo remove -q --data d big.bin
        """, command: ["mlrepo", "undo"], saysWhenDone: "there is no operation to take back"),
    Scenario(
      description: "add a large file and link it", prepare: start + data + "mlrepo config core.links hardlink,copy\n",
      command: ["mlrepo", "add", "big.bin"]),
    Scenario(
      description: "repro of what was made outside",
      prepare: committed + """
        mlrepo stage add -q -n one -d in.txt -o one -- 'mkdir one; cp in.txt one/a'
        mlrepo stage add -q -n two -d in.txt -o two.txt --out-persist kept.txt -- 'cat in.txt >> kept.txt; cp in.txt two.txt'
        text first 60 > in.txt
        mkdir one
        text mine 61 > one/mine
        text edited 62 > two.txt
        text grown 63 > kept.txt
        git add mlrepo.yaml in.txt && git commit -qm two
        """, command: ["mlrepo", "repro", "-j", "2"], isAtomic: false,
      inSteps: ["mlrepo.lock", ".gitignore", "one/a", "two.txt", "kept.txt"]),
    Scenario(
      description: "run",
      prepare: committed + """
        text first 60 > in.txt
        mlrepo run -q -n upper -d in.txt -o upper.txt -- 'cp in.txt upper.txt'
        git add . && git commit -qm two
        """,
      command: [
        "mlrepo", "run", "-f", "-n", "upper", "-d", "in.txt", "-o", "upper.txt", "--", "rev in.txt > upper.txt",
      ],
      isAtomic: false, inSteps: ["mlrepo.lock", "mlrepo.yaml", "upper.txt"]),
  ]
}
