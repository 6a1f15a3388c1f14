# Once a session has been ended, by whomever, no gate lets it in any more, in
# any worker, from the next request on, also over connections that are open.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Consent;

my $SESSIONS_MAX = 32;
my $WORKERS = 4;

my $app = start_receiver();
my $port = $app->port;

my $site = start_consent(
    'confirm off; max_live 1000; reply_limit 1000/h 1000/h;',
    workers => $WORKERS, server => <<"CONF");
whatsauth_gate_numbers any;

location /login/ { whatsauth_login demo; }
location /gated { whatsauth_gate demo; empty_gif; }

location /optional/ {
    whatsauth_gate demo optional;
    proxy_pass http://127.0.0.1:$port/200/;
    proxy_set_header X-User \$whatsauth_subject;
}
CONF
my $nginx = $site->nginx;
my @clients = map { $nginx->client($_) } $nginx->workers;


sub log_in {
    my ($number) = @_;

    my $browser = $site->browser;

    $site->log_in($browser, $number);
    return $browser;
}


# The answers of all workers, over the same connections each time.

sub statuses {
    my ($cookie) = @_;

    return join ' ', map {
        $_->request('GET', '/gated', { Cookie => $cookie })->{status}
    } @clients;
}


sub in_all {
    my ($status) = @_;

    return join ' ', ($status) x $WORKERS;
}


sub users {
    my ($cookie) = @_;

    my $before = () = $app->requests;

    $_->request('GET', '/optional/', { Cookie => $cookie }) for @clients;

    my @requests = $app->requests;
    return join ' ', map { $_->{headers}{'x-user'} // '-' }
                     @requests[$before .. $#requests];
}


sub session_id {
    my ($id) = map { $_->{id} } grep { $_->{phone_number} eq "+$VICTIM" }
               $nginx->sessions;
    return $id;
}


sub end_by_site {
    my ($query) = @_;

    return $nginx->request('DELETE', "/api/v1/sessions?$query",
                           { Authorization => "Bearer $TOKEN" });
}


sub changed {
    my ($type) = @_;

    return $site->say($VICTIM, '', message => { type => 'system',
        text => undef, system => { type => $type, wa_id => '56933333333' } });
}


my $other = log_in($ATTACKER)->cookie;

my @endings = (
    [ 'logout', sub { $_[0]->post('logout') } ],
    [ 'the list, this one', sub {
        $_[0]->post('sessions', session => session_id());
    } ],
    [ 'the list, all', sub { $_[0]->post('sessions', all => 1) } ],
    [ 'the site, a session', sub { end_by_site('session=' . session_id()) } ],
    [ 'the site, a number', sub { end_by_site("phone=$VICTIM") } ],
    [ 'the answer 0', sub { $site->say($VICTIM, '0') } ],
    [ 'one session too many', sub { log_in($VICTIM) for 1 .. $SESSIONS_MAX } ],
    (map { my $type = $_; [ $type, sub { changed($type) } ] }
         qw( user_changed_number user_changed_user_id
             customer_identity_changed )),
);

for my $ending (@endings) {
    my ($name, $end) = @$ending;

    my $browser = log_in($VICTIM);
    my $cookie = $browser->cookie;

    is statuses($cookie), in_all(200), "$name - before it, each worker lets in";
    $end->($browser);
    is statuses($cookie), in_all(401), "$name - after it, none does";
    is users($cookie), in_all('-'), "$name - an optional gate knows nobody";
    is statuses($other), in_all(200), "$name - another person goes on";

    end_by_site("phone=$VICTIM");
}

$nginx->stop;

done_testing;
