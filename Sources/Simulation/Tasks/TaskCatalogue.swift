/// The tasks that an encoder may be pretrained on.
package enum TaskCatalogue {
    /// The single task of the transfer from one task: computed tomography of the chest.
    package static let one = [ThoraxTasks.organs]

    /// The 23 tasks of the transfer from many, the single one among them.
    ///
    /// - Parameter stripped: magnetic resonance of the head shows the brain alone.
    package static func many(stripped: Bool) -> [SegmentationTask] {
        bodies + BrainTasks(stripped: stripped).all
    }

    /// Dysplasias in T1w and FLAIR: for the encoders of demonstration models, and no part of the paper's comparison.
    ///
    /// - Parameters:
    ///   - lesion: how the dysplasias are drawn.
    ///   - maps: what some heads are bent out of; nil where all are made up.
    package static func dysplasia(
        stripped: Bool, lesion: LesionPlan = LesionPlan(), maps: SharedMaps? = nil
    ) -> [SegmentationTask] {
        DysplasiaTasks(stripped: stripped, lesion: lesion, maps: maps).all
    }

    /// The names of the dysplasia tasks.
    package static let dysplasiaNames = Set(dysplasia(stripped: false).map(\.name))

    private static let bodies = [
        ThoraxTasks.organs, ThoraxTasks.vessels, ThoraxTasks.nodules, AbdomenTasks.liver, AbdomenTasks.spleen,
        AbdomenTasks.kidneys, AbdomenTasks.tumours, AbdomenTasks.pelvis, ResonanceTasks.heart,
        ResonanceTasks.prostate, ResonanceTasks.knee, ResonanceTasks.spine,
    ]
}
