extension Text {
    /// For a message: bounded, without what could break a line or a terminal.
    package var forMessage: Text {
        let visible = Text(wellFormed: prefix(atMost: 200).bytes.map { (0x20...0x7E).contains($0) ? $0 : 0x3F })
        return "'\(visible)'"
    }
}
