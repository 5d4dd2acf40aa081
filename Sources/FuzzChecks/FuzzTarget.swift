/// A reader of text or bytes that come from outside, under fuzz tests. The raw value names its folder of seeds in
/// `Fixtures/Corpus`.
package enum FuzzTarget: String, Sendable, CaseIterable {
  case config
  case csv
  case fsckProgress = "fsck-progress"
  case gitignore
  case glob
  case httpListing = "http-listing"
  case ignore
  case json
  case lock
  case model
  case objectID = "object-id"
  case operation
  case pack
  case pathText = "path-text"
  case pipeline
  case pointer
  case python
  case recipe
  case remoteContents = "remote-contents"
  case remoteIndex = "remote-index"
  case repositoryPath = "repository-path"
  case runBatch = "run-batch"
  case runRecord = "run-record"
  case s3Answer = "s3-answer"
  case seal
  case sealedFile = "sealed-file"
  case sftpAnswer = "sftp-answer"
  case statIndex = "stat-index"
  case toml
  case trace
  case tree
  case yaml
  case yamlEdit = "yaml-edit"
}
