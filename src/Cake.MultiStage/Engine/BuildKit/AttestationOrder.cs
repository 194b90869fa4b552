using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine.BuildKit;

/// <summary>Says attestations in the terms of BuildKit's frontend.</summary>
internal static class AttestationOrder
{
    public static void Add(SolveRequest order, Attestations wanted)
    {
        if (wanted.Provenance != Provenance.Off)
        {
            order.FrontendAttrs["attest:provenance"] = wanted.Provenance == Provenance.Max ? "mode=max" : "mode=min";
        }

        if (wanted.SbomGenerator is { } generator)
        {
            order.FrontendAttrs["attest:sbom"] = $"generator={generator.FullName}";
        }
    }
}
