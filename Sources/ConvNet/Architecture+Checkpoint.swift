extension Architecture {
    /// The width that a checkpoint's first convolution has; nil where it has none.
    package static func width(of state: [String: Tensor]) -> Int? { state["conv1.weight"]?.shape.first }

    /// Shortcut B has weights of its own; a checkpoint without any was made with A.
    package static func shortcut(of state: [String: Tensor]) -> Shortcut {
        state.keys.contains { $0.contains(".downsample.") } ? .b : .a
    }
}
