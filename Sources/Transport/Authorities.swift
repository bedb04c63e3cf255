import Basics
import CCurl
import Platform

/// Where certificate authorities are: a PEM file, and a folder with one file for each that is also searched.
struct AuthorityPlaces: Equatable {
    let file: Text?
    let folder: Text?

    init(file: Text?, folder: Text?) {
        self.file = file
        self.folder = folder
    }

    /// The configured file and no other place, or the system's places.
    init(configured file: Text?) {
        if let file {
            self.file = file
            folder = nil
            return
        }
        var (systemFile, systemFolder): (UnsafePointer<CChar>?, UnsafePointer<CChar>?) = (nil, nil)
        unsafe ccurl_find_authorities(&systemFile, &systemFolder)
        self.file = unsafe systemFile.map { unsafe Text($0) }
        folder = unsafe systemFolder.map { unsafe Text($0) }
    }
}

/// Certificate authorities that were read, by which a connection to a provider was judged.
///
/// Reading those of a system takes longer than the rest of a request.
@safe
final class Authorities {
    let handle: UnsafeMutableRawPointer
    let places: AuthorityPlaces
    private let state: State
    /// A child of this process must not use it: another thread may have been inside and have left it locked.
    private let generation = platform_fork_count()

    /// The states of both places.
    struct State: Equatable {
        private let file: FileState?
        private let folder: FileState?

        init(of places: AuthorityPlaces) throws(Failure) {
            file = try Self.state(of: places.file)
            folder = try Self.state(of: places.folder)
        }

        private static func state(of place: Text?) throws(Failure) -> FileState? {
            unsafe try withCString(place) { path in unsafe path.flatMap { unsafe FileState(at: $0) } }
        }
    }

    /// Nil if they cannot be read.
    init?(at places: AuthorityPlaces, in state: State) throws(Failure) {
        let handle = unsafe try withCString(places.file) { (file) throws(Failure) in
            unsafe try withCString(places.folder) { folder in unsafe ccurl_read_authorities(file, folder) }
        }
        guard let handle = unsafe handle else { return nil }
        unsafe self.handle = handle
        self.places = places
        self.state = state
    }

    deinit {
        if generation == platform_fork_count() {
            unsafe ccurl_free_authorities(handle)
        } else {
            unsafe ccurl_abandon_authorities(handle)
        }
    }

    /// Whether this process would read the same ones now.
    func isCurrent(at places: AuthorityPlaces, in state: State) -> Bool {
        self.places == places && self.state == state && generation == platform_fork_count()
    }
}
