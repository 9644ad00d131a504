import DICOM
import Imaging

extension ConvertJob {
    /// Does the job. Runs in a worker only: files may be hostile.
    func run() throws -> ConvertAnswer {
        let volume = try Converter.volume(of: try chosenSeries(), threads: threads)
        try NIfTIFile.write(volume, to: output, description: "FCDWatch convert", threads: threads)
        let spacing = volume.grid.spacingMM
        return ConvertAnswer(
            shape: [volume.shape.x, volume.shape.y, volume.shape.z], spacingMM: [spacing.x, spacing.y, spacing.z],
            sha256: try Publication.hash(of: output))
    }

    /// The one series that is meant; several are named, so that the next call can choose.
    private func chosenSeries() throws -> DICOMSeries {
        var sources: [SourceFile] = []
        var firstRefusal: DICOMError?
        let headers = Parallel.map(files.count, threads: threads) { index in
            Result { () throws(DICOMError) in try DICOMFile.read(files[index].path).header }
        }
        for (file, header) in zip(files, headers) {
            switch header {
            case .success(let header): sources.append(SourceFile(path: file.path, header: header))
            case .failure(let error):
                // A folder may hold other things beside the series; a damaged part of it shows as a missing slice.
                if error.code != .notDICOM { firstRefusal = firstRefusal ?? error }
            }
        }
        let all = SeriesBuilder.series(of: sources, samePixels: StudyInspector.samePixels)
        let wanted = all.filter { candidate in
            series.map { candidate.seriesInstanceUID == $0 || candidate.seriesNumber.map(String.init) == $0 } ?? true
        }
        if let firstRefusal { throw firstRefusal }
        guard let only = wanted.first else {
            throw DICOMError(.notDICOM, "There is no such DICOM series at the path.")
        }
        guard wanted.count == 1 else { return try firstVolume(of: wanted) }
        return only
    }

    /// Of several series or parts, the only one that is a volume.
    private func firstVolume(of candidates: [DICOMSeries]) throws -> DICOMSeries {
        var volumes: [DICOMSeries] = []
        var refusal: DICOMError?
        for candidate in candidates {
            do {
                _ = try candidate.geometry()
                volumes.append(candidate)
            } catch {
                refusal = refusal ?? error
            }
        }
        if volumes.count == 1 { return volumes[0] }
        if volumes.isEmpty, let refusal { throw refusal }
        let names = volumes.map { $0.seriesNumber.map(String.init) ?? $0.seriesInstanceUID }.joined(separator: ", ")
        throw WatchError(.severalSeries, "The folder holds several series (\(names)). Name one with --series.")
    }
}
