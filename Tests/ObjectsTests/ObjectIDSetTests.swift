import Testing

@testable import Objects

@Test("a set of ids knows what was put in and nothing else, also where first bytes are equal")
func idSet() throws {
  var set = ObjectIDSet()
  var ids: [ObjectID] = []
  for number in 0..<10_000 {
    // Every fourth shares its first 8 bytes with the one before.
    var bytes = Array(repeating: UInt8(0), count: 32)
    let lead = number - number % 4
    (bytes[0], bytes[6], bytes[7]) = (UInt8(lead % 251), UInt8(lead >> 8 & 0xff), UInt8(lead & 0xff))
    (bytes[30], bytes[31]) = (UInt8(number >> 8), UInt8(number & 0xff))
    ids.append(bytes.withUnsafeBytes { ObjectID(loading: $0.baseAddress.unsafelyUnwrapped) })
  }
  #expect(!set.contains(ids[0]))
  let added = ids.map { set.insert($0) }
  #expect(added.allSatisfy { $0 })
  let again = ids.map { set.insert($0) }
  #expect(!again.contains(true))
  #expect(set.count == ids.count)
  #expect(Array(set) == ids)
  #expect(ids.allSatisfy { set.contains($0) })
  let other = try ContentHasher.id(of: [1])
  #expect(!set.contains(other))
  var union = ObjectIDSet()
  let isNew = union.insert(other)
  #expect(isNew)
  union.formUnion(set)
  #expect(union.count == ids.count + 1)
}
