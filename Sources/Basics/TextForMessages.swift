extension Text {
    /// For a message: bounded, without anything that could break a line or a terminal.
    package var forMessage: Text {
        "'\(prefix(atMost: 200).withoutInvisible)'"
    }

    /// With "?" for each byte that is not a visible ASCII character or space.
    var withoutInvisible: Text {
        Text(wellFormed: bytes.map { (0x20...0x7E).contains($0) ? $0 : 0x3F })
    }
}
