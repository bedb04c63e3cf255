/// A set of hashes that grows in small steps: each of its parts is a separate table, so no insertion moves many hashes or
/// allocates much memory at once.
struct EndedStates {
    /// A table with open addressing; 0 marks a free slot.
    private struct Part {
        var slots: [UInt64] = []
        var count = 0

        /// Slots of a table with room for one more: an eighth of them stays free.
        var slotsForOneMore: Int {
            (count + 1) * 8 <= slots.count * 7 ? slots.count : slots.count + slots.count / 4 + 8
        }

        /// Where the hash is, or where it would be inserted.
        func place(of hash: UInt64) -> Int {
            let count = slots.count
            let rest = hash << EndedStates.partBits
            var place = Int(truncatingIfNeeded: rest.multipliedFullWidth(by: UInt64(count)).high)
            while slots[place] != 0, slots[place] != hash { place = place + 1 < count ? place + 1 : 0 }
            return place
        }

        mutating func insert(_ hash: UInt64) {
            if slotsForOneMore > slots.count {
                let old = slots
                slots = [UInt64](repeating: 0, count: slotsForOneMore)
                for hash in old where hash != 0 { slots[place(of: hash)] = hash }
            }
            slots[place(of: hash)] = hash
            count += 1
        }
    }

    private static let partBits = 6
    private static let slotSize = MemoryLayout<UInt64>.size

    private var parts = [Part](repeating: Part(), count: 1 << partBits)
    /// Bytes of all tables.
    private(set) var size = (1 << partBits) * MemoryLayout<Part>.stride

    private func index(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> (UInt64.bitWidth - Self.partBits)) }

    func contains(_ hash: UInt64) -> Bool {
        let part = parts[index(of: hash)]
        let hash = max(hash, 1)
        return !part.slots.isEmpty && part.slots[part.place(of: hash)] == hash
    }

    /// Bytes that the set grows by when this hash is inserted.
    func growth(toInsert hash: UInt64) -> Int {
        let part = parts[index(of: hash)]
        return (part.slotsForOneMore - part.slots.count) * Self.slotSize
    }

    /// `hash`: must not be in the set.
    mutating func insert(_ hash: UInt64) {
        size += growth(toInsert: hash)
        parts[index(of: hash)].insert(max(hash, 1))
    }
}
