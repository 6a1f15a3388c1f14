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

my $nginx = start_nginx(plain => 1, app => 'login on;',
    http => "whatsauth_store $folder/link;", allow => qr/whatsauth/,
    server => 'location /login/ { whatsauth_login demo; }');

my %gets = (
    'wa-demo' => [ '', 'logout', 'sessions' ],
    'wa-claim-demo' => [ '', 'logout', 'sessions', 'wait' ],
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

my $browser = Test::WhatsAuth::Browser->new($nginx);
$browser->get('/login/');
is $browser->state, 'start', 'without a cookie - the page needs no store';

$nginx->stop;
done_testing;
