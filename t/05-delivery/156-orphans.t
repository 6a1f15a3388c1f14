# A callback whose app has gone from the configuration waits for it to come
# back, and fails when its record's time is over.  Nothing is sent meanwhile.

use strict;
use warnings;

use lib 't/lib';
use POSIX qw( strftime );
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();

# The second attempt comes after the record's own time and retain.

sub app {
    my ($name) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
        callback_url => $receiver->url("/500?app=$name"),
        more => 'expires 1s; callback_retry 5s;');
}

my $stays = whatsauth_app(callback_url => $receiver->url('/204'));
my $nginx = start_nginx(store => 'retain=2s',
    apps => $stays . app('gone') . app('lost'));

sub log_in {
    my ($app, %parameter) = @_;

    my $issued = $nginx->issue(token => "token-of-tenant-$app", %parameter);

    $nginx->message(text_message(">>$issued->{json}{code}<<"));
    return $issued->{headers}{'whatsauth-id'};
}

sub records_of {
    my (@ids) = @_;

    my %record = map { $_->{id} => $_ } $nginx->records;
    return grep { $_ } @record{@ids};
}

my @long = map { (log_in('gone', expires_at => 5),
                  log_in('lost', expires_at => 5)) } 1 .. 6;
my $short = log_in('gone');

ok wait_until(sub { $receiver->requests == 13 }), 'orphan - a first attempt';

$nginx->{apps} = $stays;
$nginx->write_config($nginx->config);
$nginx->reload;

my $over = wait_until {
    (grep { $_->{state} eq 'kept' } records_of($short))[0];
};
is_deeply [ @$over{qw( status error )} ], [ 'failed', 'app_removed' ],
    'orphan - fails when its time is over';

ok wait_until(sub {
    12 == grep { $_->{due_at} gt strftime('%FT%T', gmtime(time + 30)) }
          records_of(@long);
}), 'orphan - is looked at again in a minute';
is scalar(grep { "$_->{state} $_->{status}" eq 'callback validated' }
               records_of(@long)), 12, 'and waits for its app';

for my $app ('gone', 'lost') {
    my @told = $nginx->error_log
        =~ /\[warn\].*callbacks of app "$app" wait: it is not configured/g;
    cmp_ok scalar @told, '>=', 1, "orphan - the log tells of $app";
    cmp_ok scalar @told, '<=', 2, 'once by each worker';
}

is scalar $receiver->requests, 13, 'orphan - nothing is sent';

$nginx->stop;
done_testing;
