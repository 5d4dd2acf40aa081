import Testing

@testable import Remotes

/// AWS's published examples: "Examples: Signature Calculations" of the S3 API reference, and the suite for Signature
/// Version 4.
@Suite("S3's signatures")
struct S3SignatureTests {
  private let signer = S3Signature(
    accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region: "us-east-1")
  private let host = (name: "Host", value: "examplebucket.s3.amazonaws.com")
  private let date = (name: "x-amz-date", value: "20130524T000000Z")
  private let empty = S3Storage.emptyHash

  private func signature(_ authorization: String) -> String? {
    authorization.split(separator: "Signature=").last.map { String($0) }
  }

  @Test("the examples for S3 have the signatures that AWS publishes")
  func examples() {
    let plain = [host, date, (name: "x-amz-content-sha256", value: empty)]
    let get = signer.authorization(
      "GET", path: "/test.txt", query: [], headers: plain + [(name: "Range", value: "bytes=0-9")], payload: empty,
      date: date.value)
    #expect(
      get == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    let hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
    #expect(Digest.hex(Digest.sha256("Welcome to Amazon S3.".utf8)) == hash)
    let put = signer.authorization(
      "PUT", path: percentEncoded("/test$file.text", keepingSlashes: true), query: [],
      headers: [
        host, date, (name: "Date", value: "Fri, 24 May 2013 00:00:00 GMT"),
        (name: "x-amz-storage-class", value: "REDUCED_REDUNDANCY"), (name: "x-amz-content-sha256", value: hash),
      ], payload: hash, date: date.value)
    #expect(signature(put) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
    let lifecycle = signer.authorization(
      "GET", path: "/", query: [("lifecycle", "")], headers: plain, payload: empty, date: date.value)
    #expect(signature(lifecycle) == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
    let list = signer.authorization(
      "GET", path: "", query: [("prefix", "J"), ("max-keys", "2")], headers: plain, payload: empty, date: date.value)
    #expect(signature(list) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
  }

  @Test("so have those of the suite: sorted and encoded queries, spaces in values")
  func suite() {
    let signer = S3Signature(
      accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: "us-east-1",
      service: "service")
    let date = "20150830T123600Z"
    let headers = [(name: "Host", value: "example.amazonaws.com"), (name: "X-Amz-Date", value: date)]
    func get(_ query: [(name: String, value: String)], _ more: [(name: String, value: String)] = []) -> String? {
      signature(
        signer.authorization("GET", path: "/", query: query, headers: headers + more, payload: empty, date: date))
    }
    #expect(get([]) == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
    #expect(
      get([("Param2", "value2"), ("Param1", "value1")])
        == "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")
    #expect(
      get([("Param1", "value2"), ("Param1", "value1")])
        == "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694")
    #expect(get([("ሴ", "bar")]) == "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04")
    #expect(
      get([], [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")])
        == "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")
  }

  @Test("base64 and HMAC give what their standards say")
  func basics() {
    let texts = ["", "f", "fo", "foo", "foob", "fooba", "foobar"]
    #expect(
      texts.map { Digest.base64(Array($0.utf8)) } == ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"])
    #expect(
      Digest.hex(Digest.mac("what do ya want for nothing?".utf8, key: Array("Jefe".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(Digest.bytes(hex: "00fF") == [0, 255])
    #expect(Digest.bytes(hex: "0") == nil)
    #expect(Digest.bytes(hex: "zz") == nil)
  }
}
