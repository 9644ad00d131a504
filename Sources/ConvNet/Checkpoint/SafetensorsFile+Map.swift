extension SafetensorsFile {
    /// Every tensor in place: float32 values are those of the mapped file, which stays open as long as any of them lives.
    ///
    /// Numbers of other types, and tensors that do not begin at a multiple of four bytes, are converted into memory of
    /// their own. Whoever keeps the views sees to it that nobody cuts the file short meanwhile: reading beyond the end of
    /// a mapped file ends the process.
    ///
    /// - Throws: as `read`
    package static func map(_ path: String) throws(ConvNetError) -> [String: WeightView] {
        let file = try MappedFile(path)
        let (header, data) = try parse(file.bytes)
        return header.entries.mapValues { entry in
            WeightView(shape: entry.shape, UnsafeRawBufferPointer(rebasing: data[entry.range]), entry.type, of: file)
        }
    }
}
