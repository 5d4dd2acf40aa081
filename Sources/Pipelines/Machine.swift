import CSystem
import Files

/// What this machine has for stages to use.
package enum Machine {
  /// Everything there is: a processor core for each cpu, and the graphics processors that `CUDA_VISIBLE_DEVICES` names, or
  /// else those the system shows.
  package static func capacity(_ environment: [String: String]) -> StageSchedule.Capacity {
    let memory = Int(mlrepo_memory_size())
    var gpus = 0
    if let named = environment["CUDA_VISIBLE_DEVICES"] {
      gpus = named.split(separator: ",").count { $0 != "-1" }
    } else if let devices = try? Folder(at: Array("/dev".utf8)).names() {
      let start = Array("nvidia".utf8)
      gpus = devices.count { name, _ in
        name.starts(with: start) && name.count > start.count
          && name[start.count...].allSatisfy { (0x30...0x39).contains($0) }
      }
    }
    return StageSchedule.Capacity(cpus: Workers.defaultWidth, memory: memory > 0 ? memory : nil, gpus: gpus)
  }
}
