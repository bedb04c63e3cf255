import Platform

/// Operations on arrays of bytes, many bytes at a time. In Embedded Swift the generic versions of the standard library work
/// byte by byte, and every module gets a copy; these are the better overloads and replace them.
extension Array where Element == UInt8 {
    @inline(never)
    package static func += (bytes: inout [UInt8], more: [UInt8]) {
        bytes.append(copyOf: more.span)
    }

    @inline(never)
    package static func += (bytes: inout [UInt8], more: ArraySlice<UInt8>) {
        bytes.append(copyOf: more.span)
    }

    @inline(never)
    package mutating func append(_ literal: StaticString) {
        literal.withUTF8Buffer { unsafe append(copyOf: $0.span) }
    }

    @inline(never)
    package static func + (first: [UInt8], second: [UInt8]) -> [UInt8] {
        if second.isEmpty { return first }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(first.count + second.count)
        bytes.append(copyOf: first.span)
        bytes.append(copyOf: second.span)
        return bytes
    }

    /// A copy of a part of an array.
    package init(_ part: ArraySlice<UInt8>) {
        self.init(copyOf: part.span)
    }

    @inline(never)
    package init(copyOf bytes: Span<UInt8>) {
        // All empty arrays are one object, whose count this would write, in any thread.
        guard !bytes.isEmpty else {
            self = []
            return
        }
        unsafe self.init(unsafeUninitializedCapacity: bytes.count) { room, count in
            unsafe bytes.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(room).copyMemory(from: $0) }
            count = bytes.count
        }
    }

    @inline(never)
    package mutating func append(copyOf more: Span<UInt8>) {
        append(addingCapacity: more.count) { output in output.append(copyOf: more) }
    }

    package func contains(_ byte: UInt8) -> Bool { self[...].firstIndex(of: byte) != nil }

    /// The parts between all `separator`s, empty ones included.
    package func parts(separatedBy separator: UInt8) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var rest = self[...]
        while let end = rest.firstIndex(of: separator) {
            parts.append(rest[..<end])
            rest = rest[(end + 1)...]
        }
        parts.append(rest)
        return parts
    }

    @inline(never)
    package func count(of byte: UInt8) -> Int {
        unsafe withUnsafeBufferPointer { bytes in
            unsafe bytes.baseAddress.map { unsafe platform_count($0, bytes.count, byte) } ?? 0
        }
    }

    /// Removes the bytes before and after `range`, without reallocating.
    package mutating func keepOnly(_ range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= count else { return removeAll() }
        unsafe withUnsafeMutableBytes { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
        removeLast(count - range.count)
    }
}

extension ArraySlice where Element == UInt8 {
    @inline(never)
    package func firstIndex(of byte: UInt8) -> Int? {
        let offset = unsafe withUnsafeBufferPointer { bytes in
            unsafe bytes.baseAddress.map { unsafe platform_find($0, bytes.count, byte) } ?? bytes.count
        }
        return offset < count ? startIndex + offset : nil
    }
}

extension OutputSpan where Element == UInt8 {
    /// Traps without space for all of them.
    mutating func append(copyOf more: Span<UInt8>) {
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            let room = unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[count...]))
            unsafe more.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
            count += more.count
        }
    }
}
