using Words;

var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/", (string? name) => Greeting.For(name) + "\n");
app.Run();
