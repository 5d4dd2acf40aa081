import Files
import Pipelines
import Testing

@Suite("Graphics processors")
struct DevicePoolTests {
  private func stage(_ name: String) throws -> StageID {
    StageID(file: try path("mlrepo.yaml"), name: try StageName(name))
  }

  @Test("no two stages at work have the same, and what one gives back the next gets")
  func shares() throws {
    var pool = DevicePool(["0", "1", "GPU-a"])
    #expect(pool.take(1, copies: 2, for: try stage("a")) == [["0"], ["1"]])
    #expect(pool.take(2, copies: 1, for: try stage("b")) == [["GPU-a"]])
    #expect(pool.take(1, copies: 1, for: try stage("c")) == [])
    pool.giveBack(try stage("a"))
    pool.giveBack(try stage("a"))
    #expect(pool.take(0, copies: 1, for: try stage("d")) == [])
    #expect(pool.take(2, copies: 1, for: try stage("e")) == [["0", "1"]])
  }

  @Test("those that a variable names are all there are, up to a number that is none")
  func variable() {
    #expect(Machine.graphicsProcessors(["CUDA_VISIBLE_DEVICES": "2, 0,GPU-a"]) == ["2", "0", "GPU-a"])
    #expect(Machine.graphicsProcessors(["CUDA_VISIBLE_DEVICES": "1,-1,2"]) == ["1"])
    #expect(Machine.graphicsProcessors(["CUDA_VISIBLE_DEVICES": ""]) == [])
  }
}
