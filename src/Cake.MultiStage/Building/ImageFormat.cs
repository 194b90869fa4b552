namespace Cake.MultiStage.Building;

/// <summary>How images are saved on this host.</summary>
public enum ImageFormat
{
    /// <summary>A file as <c>docker save</c> writes it; every engine loads it.</summary>
    DockerArchive,

    /// <summary>
    /// A file that holds an OCI layout (OCI image specification, "Image Layout"), with a <c>manifest.json</c> beside it by which engines
    /// before 25 load it too.
    /// </summary>
    OciArchive,

    /// <summary>A folder that is an OCI layout.</summary>
    OciLayout,
}
