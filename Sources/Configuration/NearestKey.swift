import Basics

/// Finds the intended key for a mistyped one.
enum NearestKey {
    /// The candidate with the fewest differences from `key`; nil if none is close.
    static func to(_ key: Text, among candidates: [Text]) -> Text? {
        guard key.count <= 64 else { return nil }
        let small = key.lowercasedASCII()
        var best: (candidate: Text, distance: Int)?
        for candidate in candidates {
            let distance = distance(small.bytes, candidate.lowercasedASCII().bytes)
            guard distance <= max(1, candidate.count / 4), distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.candidate
    }

    /// The number of characters to insert, remove, replace or swap with their neighbour.
    static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1]
            for column in second.indices {
                let replaced = last[column] + (first[row] == second[column] ? 0 : 1)
                var best = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }
}
