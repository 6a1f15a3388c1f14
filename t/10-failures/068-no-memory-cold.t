# Sessions that a thread reads first, because their pages are not in memory,
# while any one allocation fails.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Fault;
use Test::WhatsAuth::Files qw( write_file );
use Test::WhatsAuth::Preload;

plan skip_all => 'a sanitizer wants to be the first library'
    if $ENV{ASAN_OPTIONS} || $ENV{TEST_NGINX_VALGRIND};

my $fault = Test::WhatsAuth::Fault->new;
my $pages = Test::WhatsAuth::Preload->new('pages', numbers => 3);

# Of four questions three are answered "once more".
$pages->put(1, 3);

my $nginx = $pages->around(sub {
    return $fault->around(sub {
        start_nginx(workers => 1, main => 'thread_pool whatsauth threads=2;',
            app => 'login on; max_live 100000000; start_limit off;',
            server => <<'END', allow => $Test::WhatsAuth::Fault::LOG);
location /login/ { whatsauth_login demo; }
        location /files/ { whatsauth_gate demo; alias files/; }
        location /optional/ { whatsauth_gate demo optional; alias files/; }
        location /events/ {
            whatsauth_gate demo;
            alias files/;
            default_type text/event-stream;
        }
END
    });
});

mkdir $nginx->root . '/files' or die;
write_file($nginx->root . '/files/a', 'secret');

my $browser = Test::WhatsAuth::Browser->new($nginx);
$browser->begin_login;

my $claim = $browser->cookies->{'wa-claim-demo'};
my %claimed = (Cookie => "wa-claim-demo=$claim", 'Sec-Fetch-Mode' => 'navigate',
               'Sec-Fetch-Dest' => 'document', Accept => 'text/html');
$browser->post('finish');
my %logged_in = (Cookie => 'wa-demo=' . $browser->cookies->{'wa-demo'});

without_memory('a file', '/files/a', \%logged_in, 200, qr/\Asecret\z/);
without_memory('a file, for everybody', '/optional/a', \%logged_in, 200,
    qr/\Asecret\z/);
without_memory('a response that a session holds open', '/events/a',
    \%logged_in, 200, qr/\Asecret\z/);

# The page's button goes on with it, too.

without_memory('a login that was collected before', '/files/a', \%claimed,
    '303|401', qr/\A\z|data-state="(?:start|validated)"/);

without_memory('the page', '/login/', \%logged_in, 200,
    qr/data-state="session"/);
without_memory('the list of sessions', '/login/sessions', \%logged_in, 200,
    qr/data-state="sessions"/);

# A worker's first read has to make room for waiting.

my ($n, $alone, @wrong) = (0, 0);

do {
    $nginx->reload;

    my ($worker) = $nginx->workers;
    $fault->watch($worker);
    $fault->wait_until_idle($worker);

    my $before = reads_by_a_thread();
    my $answer = $fault->once(++$n, sub {
        $nginx->get('/files/a', \%logged_in);
    });

    push @wrong, "allocation $n: $answer->{status}"
        unless is_good($answer, 200, qr/\Asecret\z/);
    $alone++ if $answer->{status} == 200 && reads_by_a_thread() == $before;
} while $fault->get('fired') && @wrong < 5;

is join("\n", @wrong), '', 'the first session - with each failing once';
cmp_ok $n, '>', 1, 'the first session - some have failed';
cmp_ok $alone, '>', 0, 'no room for waiting - it is read at once';

$nginx->stop;
done_testing;


sub without_memory {
    my ($title, $path, $headers, $status, $body) = @_;

    my $before = reads_by_a_thread();

    $fault->each_allocation($nginx, $title, sub {
        my $begin = time;
        my $answer = $nginx->get($path, $headers);

        return 'no answer in time' if time - $begin > 10;
        return is_good($answer, $status, $body)
               ? '' : "$answer->{status} $answer->{body}";
    });

    cmp_ok reads_by_a_thread(), '>', $before + 1, "$title - a thread reads";
}


# Nobody is logged out, and a claim goes only where its session comes.

sub is_good {
    my ($answer, $status, $body) = @_;

    my $text = $answer->{body} // '';
    my $cookies = $answer->{headers}{'set-cookie'} // '';

    return 1 if $answer->{status} =~ /^(?:$status)$/ && $text =~ $body;
    return $answer->{status} =~ /^(?:0|500|503)$/ && $text !~ /secret/
           && ($cookies !~ /=;/ || $cookies =~ /wa-demo=[\w-]/);
}


sub reads_by_a_thread {
    return ($pages->numbers(0, 1))[0];
}
