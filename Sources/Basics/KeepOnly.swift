extension Array where Element == UInt8 {
    /// Removes what is before and after `range`, in the memory that the array has. (removeFirst() moves byte by byte.)
    package mutating func keepOnly(_ range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= count else { return removeAll() }
        unsafe withUnsafeMutableBytes { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
        removeLast(count - range.count)
    }
}
