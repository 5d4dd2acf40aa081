import Diagnostics

/// What a service that speaks S3 says when it refuses.
struct S3Refusal {
  var status: Int
  /// `NoSuchBucket`, and so on; empty where the answer has none.
  var code = ""
  var message = ""
  var region: String?

  init(_ answer: HTTPResponse) {
    status = answer.status
    region = answer["x-amz-bucket-region"]
    guard !answer.body.isEmpty, let error = try? XMLElement.parse(answer.body, from: ""), error.name == "Error" else {
      return
    }
    code = serverText(error["Code"]?.text ?? "")
    message = serverText(error["Message"]?.text ?? "")
    region = region ?? error["Region"].map { serverText($0.text) }
  }

  private static let closed: (why: String, hint: String?) = (
    "the bucket is not open to everybody", "unset 'anonymous' of the remote, and have credentials"
  )

  /// In plain words. `credentials` says where they are from; nil when requests are not signed.
  func failure(_ doing: String, _ bucket: S3Bucket, credentials: String?) -> Failure {
    let (why, hint) = words(bucket, credentials)
    return Failure("cannot \(doing) \(bucket.place)", why: why, hint: hint, category: .remote)
  }

  private func words(_ bucket: S3Bucket, _ credentials: String?) -> (why: String, hint: String?) {
    let from = credentials.map { "the credentials from \($0)" } ?? "requests without credentials"
    switch code {
    case "AccessDenied" where credentials == nil: return Self.closed
    case "NoSuchBucket":
      return (
        "there is no bucket '\(bucket.name)' at \(bucket.service)", "check the URL, and 'endpointurl' of the remote"
      )
    case "AccessDenied", "AllAccessDisabled", "AccountProblem":
      return ("\(from) do not allow it", "ask whoever owns the bucket")
    case "InvalidAccessKeyId":
      return ("\(bucket.service) does not know the access key of \(from)", "check the access key")
    case "SignatureDoesNotMatch":
      return ("the secret key of \(from) is not that of their access key", "check the secret key")
    case "ExpiredToken", "InvalidToken", "TokenRefreshRequired":
      return ("\(from) have expired", "get new ones, then try again")
    case "RequestTimeTooSkewed": return ("this machine's clock is wrong by more than 15 minutes", "set the clock")
    case "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException":
      return ("the bucket is in another region" + (region.map { ", \($0)" } ?? ""), "set 'region' of the remote")
    case "NoSuchKey": return ("there is no such file", nil)
    case "EntityTooLarge": return ("the service takes no files as large as this one", nil)
    case "InvalidObjectState": return ("the file is in an archive", "restore it there first")
    case "QuotaExceeded", "XMinioStorageFull", "InsufficientStorage": return ("there is no space left", nil)
    case _ where credentials == nil && [400, 401, 403].contains(status):
      return Self.closed
    case "": return plainWords(from)
    default: return (message.isEmpty ? code : "\(code): \(message)", nil)
    }
  }

  private func plainWords(_ from: String) -> (why: String, hint: String?) {
    switch status {
    case 404: ("there is no such file", nil)
    case 401, 403: ("\(from) do not allow it", nil)
    default: ("the service answers with status \(status)", nil)
    }
  }
}
