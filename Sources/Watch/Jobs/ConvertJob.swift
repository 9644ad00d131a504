/// A request to convert one DICOM series into one NIfTI file.
package struct ConvertJob: Codable, Sendable {
    package var files: [JobFile]
    /// Where the NIfTI file goes, `.nii` or `.nii.gz`.
    package var output: String
    /// Series Instance UID or series number; nil where the files hold one series only.
    package var series: String?
    /// Threads that decode and pack.
    package var threads: Int

    package init(files: [JobFile], output: String, series: String?, threads: Int = 1) {
        self.files = files
        self.output = output
        self.series = series
        self.threads = threads
    }
}

/// What became of it.
package struct ConvertAnswer: Codable, Sendable {
    /// Shape of the image and voxel edges in mm.
    package var shape: [Int]
    package var spacingMM: [Double]
    package var sha256: String

    package init(shape: [Int], spacingMM: [Double], sha256: String) {
        self.shape = shape
        self.spacingMM = spacingMM
        self.sha256 = sha256
    }
}
