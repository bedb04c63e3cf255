package import Basics
import CTOML

extension TOMLTable {
    /// The limits of a document: far more than settings need, and little enough to parse at once.
    package static let longestDocument = 1 << 20

    /// Parses a document. `source` names it in messages: "SOURCE:LINE:COLUMN: ...".
    package init(parsing bytes: [UInt8], source: Text) throws(Failure) {
        guard bytes.count <= Self.longestDocument else {
            throw Failure(.configurationInvalid, "\(source): is larger than 1 MiB; is it the right file?")
        }
        if let position = KeyDepth.firstExcess(in: bytes) {
            throw Failure(.configurationInvalid, "\(source):\(position): a key has more than \(KeyDepth.limit) parts")
        }
        self = try Self.parse(bytes, source)
    }

    private static func parse(_ bytes: [UInt8], _ source: Text) throws(Failure) -> TOMLTable {
        // A C array of characters is never NULL, which the address of an empty Swift array may be.
        let terminated = bytes + [0]
        var error = ctoml_error()
        let document = unsafe terminated.withUnsafeBytes { bytes in
            unsafe bytes.baseAddress.flatMap {
                unsafe ctoml_parse($0.assumingMemoryBound(to: CChar.self), bytes.count - 1, &error)
            }
        }
        guard let document = unsafe document else {
            let position = TOMLPosition(line: error.line, column: error.column)
            let sentence = TOMLComplaint.sentence(for: error)
            throw Failure(.configurationInvalid, "\(source):\(position): \(sentence)")
        }
        defer { unsafe ctoml_free(document) }
        var count = 0
        let nodes = unsafe UnsafeBufferPointer(start: ctoml_nodes(document, &count), count: count)
        var reader = unsafe NodeReader(nodes: nodes)
        guard case .table(let root)? = reader.next()?.value else {
            throw Failure(.configurationInvalid, "\(source): is not UTF-8")
        }
        return root
    }
}

/// Converts the flat array to values; every table and array precedes its contents.
@safe
private struct NodeReader {
    /// Lives as long as the document, which the caller frees afterwards.
    private let nodes: UnsafeBufferPointer<ctoml_node>
    private var index = 0

    init(nodes: UnsafeBufferPointer<ctoml_node>) {
        unsafe self.nodes = unsafe nodes
    }

    /// The next value with its key; nil if a text is malformed.
    mutating func next() -> TOMLTable.Entry? {
        guard unsafe index < nodes.count else { return nil }
        let node = unsafe nodes[index]
        index += 1
        guard let key = unsafe Self.text(node.key, node.key_length), let value = unsafe value(of: node) else {
            return nil
        }
        let position = unsafe TOMLPosition(line: node.line, column: node.column)
        return TOMLTable.Entry(key: key, value: value, position: position)
    }

    private mutating func value(of node: ctoml_node) -> TOMLValue? {
        switch unsafe node.type {
        case CTOML_TEXT:
            return unsafe Self.text(node.text, node.text_length).map { .text($0) }
        case CTOML_INTEGER:
            return unsafe .integer(node.integer)
        case CTOML_NUMBER:
            return unsafe .number(node.number)
        case CTOML_BOOLEAN:
            return unsafe .boolean(node.boolean)
        case CTOML_ARRAY:
            return unsafe children(node.child_count).map { children in .array(children.map { $0.value }) }
        case CTOML_TABLE:
            return unsafe children(node.child_count).map { children in
                .table(TOMLTable(entries: children.sorted { $0.position.isBefore($1.position) }))
            }
        default:
            return .time
        }
    }

    private mutating func children(_ count: Int) -> [TOMLTable.Entry]? {
        var children: [TOMLTable.Entry] = []
        for _ in 0..<count {
            guard let child = next() else { return nil }
            children.append(child)
        }
        return children
    }

    /// toml++ reads only well-formed UTF-8, but an escape may encode anything.
    private static func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> Text? {
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
        return unsafe Text(validating: Array(bytes))
    }
}

extension TOMLPosition {
    fileprivate func isBefore(_ other: TOMLPosition) -> Bool {
        (line, column) < (other.line, other.column)
    }
}

extension Text.Interpolation {
    package mutating func appendInterpolation(_ position: TOMLPosition) {
        appendInterpolation("\(position.line):\(position.column)" as Text)
    }
}
