use std::io::{self, Read};

fn main() -> io::Result<()> {
    let mut text = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        io::stdin().read_to_string(&mut text)?;
    }

    for (word, count) in words::count(&text) {
        println!("{count} {word}");
    }

    Ok(())
}
