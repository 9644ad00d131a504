/// One series, or one part of a series whose images differ in echo, component or acquisition.
package struct DICOMSeries: Sendable {
    /// One two-dimensional image: a classic object, or a frame of a multi-frame one.
    package struct Slice: Sendable, Hashable {
        /// Index into `files`.
        package var file: Int
        /// Index into that file's frames.
        package var frame: Int
    }

    package var studyInstanceUID: String
    package var seriesInstanceUID: String
    /// What sets this part apart from the others of its series, such as `echo 2`; nil where the series is whole.
    package var part: String?
    /// The files this part uses, sorted by instance number; the same file may serve several parts.
    package var files: [SourceFile]
    /// The images of this part, in the order of the files until `geometry()` sorts them.
    package var slices: [Slice]
    /// How many images the whole series has, all parts together.
    package var imagesInSeries: Int
    /// Objects that were sent again with other content, and whose older content was left out.
    package var replaced: [SourceFile] = []
    /// Copies of the same object that were left out.
    package var duplicates: [SourceFile]
    /// Why no part of the series may be used, whatever its geometry.
    package var refusal: DICOMError?

    /// All files of the series that came, whatever became of them, but for those that newer ones replaced.
    var current: [SourceFile] { files + duplicates }

    /// The header of the first file: what all have in common.
    package var header: FileHeader { files[slices[0].file].header }

    package var seriesNumber: Int? { header.seriesNumber }

    package func frameHeader(_ slice: Slice) -> FrameHeader { files[slice.file].header.frames[slice.frame] }

    package func pixels(_ slice: Slice) -> PixelFormat { files[slice.file].header.pixels }

    /// The physics of the part's first image, with its own echo time.
    package var acquisition: Acquisition {
        var result = header.acquisition
        result.echoTimeMS = frameHeader(slices[0]).echoTimeMS ?? result.echoTimeMS
        return result
    }
}
