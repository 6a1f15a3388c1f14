# whatsauth_thread_pool: a pool of our own, or one that "thread_pool" declares,
# wherever it stands.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Conf;

sub pool {
    my ($arguments) = @_;

    return "whatsauth_thread_pool $arguments; # here\n"
           . app_with('expires 1m;') =~ s/ # here//r;
}

accepted("whatsauth_thread_pool - $_", pool($_) =~ s/ # here//r)
    for 'whatsauth', 'default', 'logins', '"a pool"';

refused("whatsauth_thread_pool - $_", pool($_),
        qq{invalid name "@{[ tr/"//dr ]}" in "whatsauth_thread_pool" }
        . 'directive: the name of a thread pool is expected')
    for '""', 'threads=4';

refused('whatsauth_thread_pool - twice',
        "whatsauth_thread_pool one;\n" . pool('two'),
        '"whatsauth_thread_pool" directive is duplicate');
refused('whatsauth_thread_pool - no argument', pool(''),
        'invalid number of arguments in "whatsauth_thread_pool" directive');
refused('whatsauth_thread_pool - two arguments', pool('logins threads=4'),
        'invalid number of arguments in "whatsauth_thread_pool" directive');
refused('whatsauth_thread_pool - in server', app_with() . "server {\n"
        . "whatsauth_thread_pool logins; # here\n}\n",
        '"whatsauth_thread_pool" directive is not allowed here');

# Threads of each worker, besides its own.

my $nginx = start_nginx(callback_url => 'http://127.0.0.1:1/',
    allow => qr/duplicate thread pool/);

sub threads {
    my @tasks = map { [ glob "/proc/$_/task/*" ] } $nginx->workers;
    return map { @$_ - 1 } @tasks;
}


sub after_reload {
    my ($title, $threads, $before, $http, $after) = @_;

    $nginx->{main} = $before;
    $nginx->{http} = $http;
    $nginx->write_config($nginx->config . ($after // ''));

    my ($good, $said) = $nginx->run_nginx('-t');
    ok $good, "$title - nginx -t" or diag $said;

    $nginx->reload;

    ok wait_until(sub { join(' ', threads()) eq "$threads $threads" }), $title
        or diag join ' ', threads();
    is $nginx->issue->{status}, 200, 'and a code is stored';
}


is_deeply [ threads() ], [ 4, 4 ], 'thread pool - made by the module';
is $nginx->issue->{status}, 200, 'and a code is stored';

after_reload('thread pool - declared before http', 7,
    'thread_pool whatsauth threads=7;', '');
after_reload('thread pool - declared after http', 6, '', '',
    'thread_pool whatsauth threads=6 max_queue=100;');
after_reload('thread pool - another that is declared', 3,
    'thread_pool logins threads=3;', 'whatsauth_thread_pool logins;');
after_reload('thread pool - another that is not declared', 4, '',
    'whatsauth_thread_pool logins;');
after_reload('thread pool - the default one', 4, '',
    'whatsauth_thread_pool default;');
after_reload('thread pool - the default one, which others use', 32, '',
    'whatsauth_thread_pool default; aio threads;');
after_reload('thread pool - beside the default one', 36, '', 'aio threads;');
after_reload('thread pool - another beside our own', 6,
    'thread_pool files threads=2;', 'aio threads=files;');

# Names that nginx itself refuses.

$nginx->{main} = 'thread_pool whatsauth threads=2;';
$nginx->write_config($nginx->config . 'thread_pool whatsauth threads=3;');
my ($good, $said) = $nginx->run_nginx('-t');
ok !$good, 'thread pool - declared twice';
like $said, qr/\[emerg\] (?:\d+#\d+: )?duplicate thread pool "whatsauth" in /,
    'is refused by nginx';

$nginx->{main} = $nginx->{http} = '';
$nginx->write_config($nginx->config);
$nginx->stop;
done_testing;
