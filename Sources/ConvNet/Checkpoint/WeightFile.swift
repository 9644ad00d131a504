/// A file of weights in any format that is read: safetensors, or a PyTorch checkpoint. Which one it is tell its first bytes.
package enum WeightFile {
    /// Every tensor, in place where it can be.
    ///
    /// - Throws: `WEIGHTS_…` as `SafetensorsFile.map` and `PyTorchCheckpoint.map` do.
    package static func map(_ path: String) throws(ConvNetError) -> [String: WeightView] {
        let isCheckpoint = try MappedFile.withBytes(of: path) { bytes throws(ConvNetError) in
            PyTorchCheckpoint.looksLike(bytes)
        }
        return isCheckpoint ? try PyTorchCheckpoint.map(path) : try SafetensorsFile.map(path)
    }
}
