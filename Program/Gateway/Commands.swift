package import ArgumentParser

/// The commands of this module.
package let gatewayCommands: [any ParsableCommand.Type] = [ServeCommand.self]
