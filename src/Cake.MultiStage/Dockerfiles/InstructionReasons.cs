namespace Cake.MultiStage.Dockerfiles;

/// <summary>Why an instruction is there: its own reason, or else what one of its kind is for.</summary>
internal static class InstructionReasons
{
    public static string Of(Stage stage, Instruction? instruction) =>
        instruction is null ? stage.Reason ?? Of(stage)
        : instruction.Reason ?? Of(instruction);

    private static string Of(Stage stage) => stage.Base switch
    {
        ScratchBase => "An empty base: nothing ships but what is copied in.",
        NamedStageBase named => $"Goes on from stage '{named.StageName}', and shares all it has.",
        ArgumentBase => "A build argument chooses what this stage starts from.",
        _ => $"Starts from the image '{stage.Base.Text}'.",
    };

    private static string Of(Instruction instruction) => instruction switch
    {
        RunInstruction { Mounts: [{ Type: "cache" }, ..] } =>
            "Runs in the stage; what it caches stays out of the image and is there for the next build.",
        RunInstruction => "Runs in the stage; what it leaves becomes a layer.",
        CopyInstruction { From: { } from } => $"Takes over from '{from}' what this stage needs of it; the rest stays behind.",
        CopyInstruction => "Brings files of the build context in.",
        AddInstruction => "Brings files in, fetched or unpacked where they are remote or an archive.",
        WorkdirInstruction => "An absolute folder for what follows, made where it is missing.",
        EnvInstruction => "An environment variable of the following steps and of the container.",
        ArgInstruction => "A value that a build can be given.",
        LabelInstruction => "Tells tools and registries about the image.",
        ExposeInstruction => "Documents the port that the program listens on.",
        UserInstruction { User: var user } when user.Split(':')[0] is "0" or "root" =>
            "Root, as the following steps or the program need its permissions.",
        UserInstruction => "Not root: what breaks into the program gets no more permissions than it has.",
        EntrypointInstruction { Command: ExecCommand } => "In exec form: no shell is needed, and signals reach the program.",
        EntrypointInstruction => "What the container runs.",
        CmdInstruction => "The default arguments, or the program where there is no entry point.",
        HealthcheckInstruction => "Lets the engine see whether the program still works.",
        StopSignalInstruction => "The signal that asks the program to end.",
        VolumeInstruction => "Data that outlives the container is kept here.",
        ShellInstruction => "The shell that following commands are given to.",
        OnBuildInstruction => "Runs in builds that start from this image.",
        _ => "Added as it is.",
    };
}
