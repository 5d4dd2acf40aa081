import Commands

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
struct Main {
  static func main() {
    exit(MLRepoCommand.run(arguments: CommandLine.argc, CommandLine.unsafeArgv))
  }
}
