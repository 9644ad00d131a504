/// One readable DICOM file.
package struct SourceFile: Sendable, Hashable {
    package var path: String
    package var header: FileHeader

    package init(path: String, header: FileHeader) {
        self.path = path
        self.header = header
    }
}
