import CSystem
import Files

/// What this machine has for stages to use.
package enum Machine {
  /// Everything there is: a processor core for each cpu, and the graphics processors that `CUDA_VISIBLE_DEVICES` names, or
  /// else those the system shows.
  package static func capacity(_ environment: [String: String]) -> StageSchedule.Capacity {
    let memory = Int(mlrepo_memory_size())
    return StageSchedule.Capacity(
      cpus: Workers.defaultWidth, memory: memory > 0 ? memory : nil, gpus: graphicsProcessors(environment).count)
  }

  /// The graphics processors as `CUDA_VISIBLE_DEVICES` names them.
  package static func graphicsProcessors(_ environment: [String: String]) -> [String] {
    if let named = environment[visibleDevices] {
      // What follows a number that is none is not seen.
      return named.split(separator: ",").map { String($0.filter { $0 != " " }) }.prefix { $0 != "-1" && !$0.isEmpty }
        .map(\.self)
    }
    guard let devices = try? Folder(at: Array("/dev".utf8)).names() else { return [] }
    let start = Array("nvidia".utf8)
    let count = devices.count { name, _ in
      name.starts(with: start) && name.count > start.count
        && name[start.count...].allSatisfy { (0x30...0x39).contains($0) }
    }
    return (0..<count).map(String.init)
  }

  /// The variable that tells a program which graphics processors it may use.
  package static let visibleDevices = "CUDA_VISIBLE_DEVICES"
}
