module example.com/go-service

go 1.21

require example.com/words v1.0.0

replace example.com/words => ./words
