namespace Cake.MultiStage.Engine.Ssh;

/// <summary>ssh did not get to the engine. The message is the reason and what to do; who asked says what it was for.</summary>
internal sealed class SshException(string reason, Exception? innerException = null) : IOException(reason, innerException);
