import Basics
import CStauth

/// The header's version, which is defined only there.
var libraryVersion: Text { Text(wellFormed: ST_VERSION_STRING.utf8) }
nonisolated(unsafe) private var versionText: CText?

@c @implementation
public func st_version_number() -> UInt32 {
    ST_VERSION_NUMBER
}

@c @implementation
public func st_version_string() -> UnsafePointer<CChar>? {
    unsafe lendForGood(&versionText, libraryVersion).pointer
}
