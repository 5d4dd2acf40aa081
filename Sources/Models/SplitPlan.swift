/// Which part each row of a table goes to, decided from its stratum and a seed alone.
struct SplitPlan: Equatable {
  /// For each row the place of its part: 0 is what remains, 1 the first held-out part, and so on.
  let parts: [Int]

  /// - Parameters:
  ///   - strata: each row's stratum, from 0 to `stratumCount` - 1. All 0 for a plain split.
  ///   - fractions: the share of rows of each held-out part. Each stratum keeps a row in part 0.
  init(strata: [Int], stratumCount: Int, fractions: [Double], seed: UInt64) {
    var sizes = [Int](repeating: 0, count: stratumCount)
    for stratum in strata { sizes[stratum] += 1 }
    var free = sizes.map { $0 - 1 }
    var quotas = fractions.map { fraction in
      let quota = Self.quota(of: sizes, fraction: fraction, free: free)
      for stratum in free.indices { free[stratum] -= quota[stratum] }
      return quota
    }
    var parts = [Int](repeating: 0, count: strata.count)
    var generator = SplitMix64(seed: seed)
    for row in generator.permutation(of: strata.count) {
      guard let part = quotas.indices.first(where: { quotas[$0][strata[row]] > 0 }) else { continue }
      quotas[part][strata[row]] -= 1
      parts[row] = part + 1
    }
    self.parts = parts
  }

  /// How many rows of each stratum a part gets: its exact share rounded down, and what is left of the part's total to
  /// the largest remainders, the first of equals. No stratum gives more than it has `free`.
  private static func quota(of sizes: [Int], fraction: Double, free: [Int]) -> [Int] {
    let shares = sizes.map { Double($0) * fraction }
    var quota = zip(shares, free).map { min(Int($0), $1) }
    let total = max(1, Int((shares.reduce(0, +)).rounded()))
    let byRemainder = shares.indices.sorted {
      let (a, b) = (shares[$0] - shares[$0].rounded(.down), shares[$1] - shares[$1].rounded(.down))
      return a != b ? a > b : $0 < $1
    }
    var left = total - quota.reduce(0, +)
    for stratum in byRemainder where left > 0 && quota[stratum] < free[stratum] {
      quota[stratum] += 1
      left -= 1
    }
    return quota
  }
}
