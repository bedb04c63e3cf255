package import ArgumentParser

/// The commands of this module.
package let signInCommands: [any ParsableCommand.Type] = [LoginCommand.self, LogoutCommand.self]
