// fuzz TARGET [libFuzzer's arguments], or fuzz --list.
import Basics
import Calls
import Glibc

nonisolated(unsafe) var chosen: (([UInt8]) -> Void)?

var arguments = CommandLine.arguments
let name = arguments.count > 1 ? arguments.remove(at: 1) : ""
switch name {
case "--list":
    print(Target.swift.keys.sorted().joined(separator: "\n"))
    print(Target.c.keys.sorted().joined(separator: "\n"))
default:
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    let count = Int32(arguments.count)
    if let target = Target.swift[name] {
        chosen = target
        exit(
            fuzz_run(count, &pointers) { bytes, length in
                chosen?(Array(UnsafeBufferPointer(start: bytes, count: length)))
                return 0
            })
    }
    guard let target = Target.c[name] else { fatalError("no target \(name): see --list") }
    exit(fuzz_run(count, &pointers, target))
}
