# The login page while the store cannot be opened: nobody is logged in, and
# each request that needs the store says 503, whatever cookies come with it.

use strict;
use warnings;

use lib 't/lib';
use File::Temp ();
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;

# A link to where nothing is yet, a volume that is not mounted for example.

my $folder = File::Temp->newdir;
symlink "$folder/missing/store", "$folder/link" or die;

my $nginx = start_nginx(plain => 1,
    app => 'login on; authorized_origins https://a.example;',
    http => "whatsauth_store $folder/link;", allow => qr/whatsauth/,
    server => 'location /login/ { whatsauth_login demo; }');

my %gets = (
    'wa-demo' => [ '', 'logout', 'sessions' ],
    'wa-claim-demo' => [ '', 'logout', 'sessions' ],
);
my %posts = (
    'wa-demo' => [ 'start', 'finish', 'logout', 'sessions' ],
    'wa-claim-demo' => [ 'start', 'pin', 'finish', 'cancel' ],
    'wa-known-demo' => [ 'start' ],
);

sub with {
    my ($cookie) = @_;

    my $browser = Test::WhatsAuth::Browser->new($nginx);
    $browser->cookies->{$cookie} = 'A' x 43;
    return $browser;
}

sub unavailable {
    my ($answer, $browser, $cookie, $title) = @_;

    is $answer->{status}, 503, "$title, $cookie - 503";
    like $answer->{body}, qr/data-state="unavailable"/, 'the page says so';
    like $answer->{headers}{'retry-after'}, qr/^[1-9]\d*$/,
        'with a time to wait';
    is $browser->cookies->{$cookie}, 'A' x 43, 'the cookie stays';
}

for my $cookie (sort keys %gets) {
    for my $path (@{ $gets{$cookie} }) {
        my $browser = with($cookie);
        unavailable($browser->get("/login/$path"), $browser, $cookie,
                    "GET $path");
    }
}

for my $cookie (sort keys %posts) {
    for my $name (@{ $posts{$cookie} }) {
        my $browser = with($cookie);
        unavailable($browser->post($name), $browser, $cookie, "POST $name");
    }
}

# Scripts get JSON, whatever they wait for; the browser is not asked to show it.

my $bearer = 'Bearer wac_' . 'A' x 43;
my %of_widget = (Authorization => $bearer, Origin => 'https://a.example');
my %scripts = (
    'JSON' => { Accept => 'application/json' },
    'events' => { Accept => 'text/event-stream' },
    'a long poll' => { Accept => '*/*', Prefer => 'wait=5' },
);
my %json = (Accept => 'application/json');

sub problem {
    my ($answer, $title) = @_;

    is $answer->{status}, 503, "$title - 503";
    is $answer->{headers}{'content-type'}, 'application/problem+json',
        'as problem+json';
    is $answer->{json}{error}, 'store_unavailable', 'with the word';
    like $answer->{headers}{'retry-after'}, qr/^[1-9]\d*$/,
        'and a time to wait';
}

for my $script (sort keys %scripts) {
    my $headers = $scripts{$script};
    my $page = with('wa-claim-demo');

    problem($page->get('/login/status', $headers), "GET status, $script");

    my $answer = $nginx->get('/login/status', { %$headers, %of_widget });
    problem($answer, "GET status, $script, by the widget");
    is $answer->{headers}{'access-control-allow-origin'}, 'https://a.example',
        'which its page may read';
}

for my $cookie (sort keys %gets) {
    for my $path (@{ $gets{$cookie} }) {
        problem(with($cookie)->get("/login/$path", \%json),
                "GET $path, JSON, $cookie");
    }
}

for my $cookie (sort keys %posts) {
    for my $name (@{ $posts{$cookie} }) {
        problem(with($cookie)->post($name, '-Accept' => 'application/json'),
                "POST $name, JSON, $cookie");
    }
}

for my $name (qw( start pin cancel )) {
    problem($nginx->post("/login/$name", 'claim=1&pin=123456', {
        'Content-Type' => 'application/x-www-form-urlencoded', %of_widget }),
        "POST $name, by the widget");
}

# The frame of a browser without scripts has a page that a frame may show.

my $frame = with('wa-claim-demo')->get('/login/wait?return=%2Flogin%2F%3Fa');
is $frame->{status}, 503, 'GET wait - 503';
like $frame->{headers}{'content-security-policy'}, qr/frame-ancestors 'self'$/,
    'in a frame of ours';
like $frame->{body}, qr{<a [^>]*href="/login/\?a"}, 'with a link to the page';

my $browser = Test::WhatsAuth::Browser->new($nginx);
$browser->get('/login/');
is $browser->state, 'start', 'without a cookie - the page needs no store';

$nginx->stop;
done_testing;
