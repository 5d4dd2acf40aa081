import Remotes
import Testing

@Test("a remote's file name can't leave its folder, whatever the remote says")
func remoteNames() {
  #expect(RemoteName(.packs, "pack-0af.idx")?.description == "packs/pack-0af.idx")
  let refused = ["", ".", "..", ".hidden", "a/b", "../a", "A", "a b", "a\n", "é", String(repeating: "a", count: 241)]
  #expect(refused.filter { RemoteName(.packs, $0) != nil } == [])
}
