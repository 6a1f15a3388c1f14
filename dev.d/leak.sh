# leak [ROW...]
#     each kind of request many thousand times, as a table: the memory and the
#     descriptors of the worker must stay as they are; LEAK_REQUESTS of each row

needs @test
build_all
exec perl t/leak/leak.pl "$@"
